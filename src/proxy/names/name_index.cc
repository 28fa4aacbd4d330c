#include "proxy/names/name_index.h"

#include <utility>

#include <arpa/inet.h>
#include <istio/networking/nds/v1/nds.pb.h>

#include "base/strings.h"

namespace weft::proxy {
namespace {

using istio::networking::nds::v1::NameTable;

NameAddresses read_addresses(const NameTable::NameInfo& info) {
  NameAddresses addresses;
  for (const std::string& ip : info.ips()) {
    char bytes[16];
    if (inet_pton(AF_INET, ip.c_str(), bytes) == 1) {
      addresses.v4.emplace_back(bytes, 4);
    } else if (inet_pton(AF_INET6, ip.c_str(), bytes) == 1) {
      addresses.v6.emplace_back(bytes, 16);
    }
  }
  return addresses;
}

// What a Kubernetes service is called besides its full name.
template <class Named>
std::vector<std::string> short_forms(const Named& named, std::string_view own_namespace) {
  const std::string near = named.shortname() + "." + named.namespace_();
  std::vector<std::string> names = {near, near + ".svc"};
  if (named.namespace_() == own_namespace) names.push_back(named.shortname());
  return names;
}

// The other spellings of a host, as its clients use them; a table may also name them itself.
std::vector<std::string> other_spellings(const NameTable::NameInfo& info, std::string_view own_namespace) {
  if (!info.alt_hosts().empty()) return {info.alt_hosts().begin(), info.alt_hosts().end()};
  if (info.registry() != "Kubernetes" || info.shortname().empty()) return {};
  return short_forms(info, own_namespace);
}

std::string canonical(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return to_lower(name);
}

}  // namespace

Result<std::shared_ptr<const NameIndex>> NameIndex::compile(std::string_view encoded, std::string_view own_namespace,
                                                            std::string_view cluster_domain) {
  NameTable table;
  if (!table.ParseFromArray(encoded.data(), static_cast<int>(encoded.size()))) {
    return fail(Reason::malformed, "the bytes are not a NameTable");
  }
  auto index = std::make_shared<NameIndex>();
  const std::string domain(cluster_domain);
  index->search_ = {std::string(own_namespace) + ".svc." + domain, "svc." + domain, domain};
  for (const auto& [host, info] : table.table()) {
    const auto addresses = std::make_shared<const NameAddresses>(read_addresses(info));
    index->names_.insert_or_assign(canonical(host), addresses);
    // A name that is also some host's full name stays that host's.
    for (const std::string& other : other_spellings(info, own_namespace)) {
      if (!table.table().contains(other)) index->names_.insert_or_assign(canonical(other), addresses);
    }
  }
  index->add_aliases(table, own_namespace);
  return index;
}

// After all the names that they may stand for. They take no name away.
void NameIndex::add_aliases(const NameTable& table, std::string_view own_namespace) {
  std::vector<std::pair<std::string, std::shared_ptr<const NameAddresses>>> added;
  for (const auto& [host, alias] : table.aliases()) {
    const std::string target = canonical(alias.host());
    const NameAddresses* known = find(target);
    auto addresses = known ? *known : NameAddresses{};
    addresses.alias_of = target;
    addresses.is_elsewhere = known == nullptr;
    const auto shared = std::make_shared<const NameAddresses>(std::move(addresses));
    added.emplace_back(canonical(host), shared);
    for (const std::string& other : short_forms(alias, own_namespace)) added.emplace_back(canonical(other), shared);
  }
  for (auto& [name, addresses] : added) names_.try_emplace(std::move(name), std::move(addresses));
}

const NameAddresses* NameIndex::find(std::string_view name) const {
  if (const NameAddresses* found = find_as_written(name)) return found;
  for (const std::string& domain : search_) {
    if (name.size() <= domain.size() + 1 || !name.ends_with(domain) || name[name.size() - domain.size() - 1] != '.')
      continue;
    if (const NameAddresses* found = find_as_written(name.substr(0, name.size() - domain.size() - 1))) return found;
  }
  return nullptr;
}

// The name itself, else the nearest wildcard above it ("*.example.com" for a.b.example.com).
const NameAddresses* NameIndex::find_as_written(std::string_view name) const {
  if (const auto found = names_.find(name); found != names_.end()) return found->second.get();
  for (size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1)) {
    const auto found = names_.find("*" + std::string(name.substr(dot)));
    if (found != names_.end()) return found->second.get();
  }
  return nullptr;
}

}  // namespace weft::proxy
