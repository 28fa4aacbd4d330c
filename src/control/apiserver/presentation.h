// How objects are shown to a client: in the version of its path, as they are or as rows of a table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/kinds.h"
#include "base/clock.h"
#include "control/apiserver/call.h"
#include "control/store/object.h"

namespace weft::control {

// What a client asked for. A value.
class Presentation {
 public:
  // From the path's version, the Accept header (`application/json;as=Table;...`) and includeObject.
  Presentation(const api::Kind& kind, std::string version, const Call& call, const Clock& clock);

  // One object.
  std::string one(const Object& object) const;
  // A list of them, complete as of a revision.
  std::string list(const std::vector<ObjectPtr>& objects, Revision revision) const;
  // An object as it is embedded in lists and watch events, never as a table.
  std::string plain(const Object& object) const;

 private:
  enum class Include : uint8_t { none, metadata, object };

  std::string table(const std::vector<ObjectPtr>& objects, Revision revision) const;
  api::Json column_definitions() const;
  api::Json row(const Object& object) const;

  const api::Kind* kind_;
  std::string version_;
  const Clock* clock_;
  bool as_table_ = false;
  Include include_ = Include::metadata;
};

}  // namespace weft::control
