// NameIndex: the mesh's names and their addresses, compiled from the control plane's name table
// (istio.networking.nds.v1) for lookup: full names, Kubernetes' short forms, wildcards, names that stand for others,
// and names that a resolver library has put a search domain behind.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"

namespace istio::networking::nds::v1 {
class NameTable;
}

namespace weft::proxy {

// Addresses of one name as RDATA: 4 bytes each, or 16. Of a name that stands for another one they are that one's.
struct NameAddresses {
  std::vector<std::string> v4;
  std::vector<std::string> v6;
  std::string alias_of;       // the other name, in lower case without a final dot; empty: it stands for itself
  bool is_elsewhere = false;  // the mesh does not know the other name: its addresses are the host's resolver's to say
};

// Immutable; shared by those who answer queries.
class NameIndex {
 public:
  // `encoded` is a NameTable; `own_namespace` decides which bare names are near ("cart" is cart.shop.svc.cluster.local
  // in namespace shop). Fails with `malformed`. Addresses that are none are passed over.
  static Result<std::shared_ptr<const NameIndex>> compile(std::string_view encoded, std::string_view own_namespace,
                                                          std::string_view cluster_domain = "cluster.local");

  // `name` in lower case without a final dot. nullptr: the mesh does not know it. A known name may lack addresses of
  // the family that was asked for.
  const NameAddresses* find(std::string_view name) const;

  size_t size() const { return names_.size(); }

 private:
  // Lets the map be asked with a view.
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  void add_aliases(const istio::networking::nds::v1::NameTable& table, std::string_view own_namespace);
  const NameAddresses* find_as_written(std::string_view name) const;

  std::unordered_map<std::string, std::shared_ptr<const NameAddresses>, Hash, std::equal_to<>> names_;
  std::vector<std::string> search_;  // the domains of the pod's resolv.conf, longest first
};

}  // namespace weft::proxy
