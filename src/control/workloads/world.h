// World: every object of the store, parsed, as the controllers see it. Kept up to date change by change; the
// controllers read it and answer with writes, so they are plain functions.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "api/resource.h"
#include "control/store/store.h"

namespace weft::control {

// The types of keys that controllers look for.
inline constexpr std::string_view kPods = "/pods";
inline constexpr std::string_view kServices = "/services";
inline constexpr std::string_view kNamespaces = "/namespaces";
inline constexpr std::string_view kServiceAccounts = "/serviceaccounts";
inline constexpr std::string_view kDeployments = "apps/deployments";
inline constexpr std::string_view kEndpointSlices = "discovery.k8s.io/endpointslices";

// An object with what its text means.
struct Known {
  Revision revision;
  api::Resource resource;
};

// Control thread; owned by Controllers, or by a test. An object of the store that does not pass the checks any more (it
// was written by an older version) is left out and logged: it stops nobody else's updates.
class World {
 public:
  void reset(const Listing& listing);
  void put(const Object& object);
  void remove(const Key& key);

  const Known* find(const Key& key) const;

  // All objects of a type, in one namespace if given.
  void for_each(std::string_view type, std::string_view space, const std::function<void(const Known&)>& visit) const;

  // Every object of a namespace.
  void for_each_in(std::string_view space, const std::function<void(const Key&, const Known&)>& visit) const;

  // Keys of the objects that name this uid among their owners.
  const std::set<Key>& dependents(const std::string& uid) const;

  const std::map<Key, Known>& all() const { return objects_; }

 private:
  std::map<Key, Known> objects_;
  std::map<std::string, std::set<Key>> dependents_;
};

}  // namespace weft::control
