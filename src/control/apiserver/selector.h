// Selectors of list and watch: labels (`app=web,tier in (a,b),!legacy`) and fields
// (`metadata.name=x,status.phase!=Running`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/tree.h"
#include "control/apiserver/call.h"
#include "control/store/object.h"

namespace weft::control {

// One requirement on a label, or on a field by its path.
struct Requirement {
  enum class Test : uint8_t { in, not_in, exists, absent };
  std::string name;
  Test test = Test::in;
  std::vector<std::string> values;

  // `value` is null when the label or field is not there. As Kubernetes has it, what is absent is "not in" any set.
  bool holds(const std::string* value) const;
};

// All requirements must hold. A value.
class Selector {
 public:
  // From the query's labelSelector and fieldSelector. Fails (400) on what does not parse, and on fields that can't be
  // selected by: metadata.name and metadata.namespace, and any path below spec or status.
  static Reply<Selector> of(const Query& query);

  bool selects_everything() const { return labels_.empty() && fields_.empty(); }
  // Reads the object's text only when its key does not answer already.
  bool selects(const Object& object) const;
  bool selects(const api::Json& body) const;

 private:
  bool key_matches(const Key& key, bool& needs_text) const;

  std::vector<Requirement> labels_;
  std::vector<Requirement> fields_;
};

}  // namespace weft::control
