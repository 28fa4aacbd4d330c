// "pods", "vs/nodejs-api", "pods,services", "all": the words by which get, describe and delete name objects. Pure.
#pragma once

#include <string>
#include <vector>

#include "api/kinds.h"
#include "cli/exit.h"

namespace weft::cli {

// Objects of one kind that were named; no names: all of them.
struct NamedObjects {
  const api::Kind* kind = nullptr;
  std::vector<std::string> names;
};

// KIND, KIND,KIND, KIND NAME..., KIND/NAME... An unknown kind is a Failure with the nearest ones.
Expected<std::vector<NamedObjects>> read_object_words(const std::vector<std::string>& words);

// The kind of that word, or a Failure.
Expected<const api::Kind*> kind_of(const std::string& word);

}  // namespace weft::cli
