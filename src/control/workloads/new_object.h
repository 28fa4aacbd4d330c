// What an object gets when it is born: a name where it asked for one, a uid, its time of birth.
#pragma once

#include <string>
#include <string_view>

#include "api/tree.h"
#include "base/clock.h"
#include "base/random.h"

namespace weft::control {

// When a decision is made and where its randomness comes from: passed to everything that would else be pure.
struct Moment {
  WallTime now;
  Random* random;
};

// Five letters and digits that spell no words, as Kubernetes appends to generated names.
std::string random_suffix(Random& random);

// A short text of the same letters that stands for `content`; equal contents have equal texts.
std::string content_hash(std::string_view content);

// A random UUID (RFC 9562 version 4).
std::string new_uid(Random& random);

// `base` cut so that "base-suffix" is a valid name of at most 63 characters (RFC 1123 label).
std::string name_with_suffix(std::string_view base, std::string_view suffix);

// Sets uid, creationTimestamp and generation 1, and the name where only generateName is given.
void stamp_new(api::Json& body, const Moment& moment);

}  // namespace weft::control
