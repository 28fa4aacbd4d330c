// KeySets: the keys of issuers, as far as they have been fetched.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <string>

#include "api/istio/request_authentication.h"

namespace weft::control::mesh {

// Where a rule's keys come from: its jwksUri, else what the issuer's OpenID configuration names.
struct KeySource {
  enum class Kind : uint8_t { keys, discovery };
  Kind kind = Kind::keys;
  std::string url;

  friend auto operator<=>(const KeySource&, const KeySource&) = default;
};

// Of a rule that does not hold its keys itself.
KeySource key_source_of(const api::istio::JwtRule& rule);

// A value that shares with its copies.
class KeySets {
 public:
  // The key set as JSON; nullptr while it is not known.
  const std::string* find(const KeySource& source) const {
    const auto found = sets_->find(source);
    return found == sets_->end() ? nullptr : &found->second;
  }

  void put(const KeySource& source, std::string key_set) {
    auto sets = *sets_;
    sets[source] = std::move(key_set);
    sets_ = std::make_shared<const Sets>(std::move(sets));
  }
  void erase(const KeySource& source) {
    auto sets = *sets_;
    sets.erase(source);
    sets_ = std::make_shared<const Sets>(std::move(sets));
  }

 private:
  using Sets = std::map<KeySource, std::string>;
  std::shared_ptr<const Sets> sets_ = std::make_shared<const Sets>();
};

}  // namespace weft::control::mesh
