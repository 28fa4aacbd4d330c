#include "decide/routing/host_index.h"

#include <algorithm>

#include "base/strings.h"

namespace weft::decide {

Result<> HostIndex::add(std::string_view domain, uint32_t host) {
  const auto refuse = [&](std::string_view why) {
    return fail(Reason::invalid, "domain '" + std::string(domain) + "' " + std::string(why));
  };
  if (domain.empty()) return refuse("is empty");
  if (domain == "*") {
    if (any_) return refuse("appears twice");
    any_ = host;
    return {};
  }
  const bool is_suffix = domain.front() == '*';
  const bool is_prefix = !is_suffix && domain.back() == '*';
  std::string fixed = to_lower(domain);
  if (is_suffix) fixed.erase(0, 1);
  if (is_prefix) fixed.pop_back();
  if (fixed.find('*') != std::string::npos) return refuse("has a '*' inside");
  const size_t length = fixed.size();
  Exact& names = is_suffix ? suffixes_[length] : is_prefix ? prefixes_[length] : exact_;
  if (!names.emplace(std::move(fixed), host).second) return refuse("appears twice");
  return {};
}

std::optional<uint32_t> HostIndex::find(std::string_view authority) const {
  char lower[256];  // a DNS name has at most 253 bytes (RFC 1035 2.3.4), and a port may follow
  if (authority.size() > sizeof lower) return any_;
  std::ranges::transform(authority, lower, [](char c) { return to_lower(c); });
  const std::string_view name(lower, authority.size());
  const auto found = find_lower(name);
  if (found) return found;
  // A fully qualified name may be written with its final dot.
  if (name.ends_with('.')) {
    const auto without_dot = find_lower(name.substr(0, name.size() - 1));
    if (without_dot) return without_dot;
  }
  return any_;
}

std::optional<uint32_t> HostIndex::find_lower(std::string_view authority) const {
  if (const auto found = exact_.find(authority); found != exact_.end()) return found->second;
  for (const auto& [length, names] : suffixes_) {
    if (length >= authority.size()) continue;  // `*.x` needs at least one character for the `*`
    const auto found = names.find(authority.substr(authority.size() - length));
    if (found != names.end()) return found->second;
  }
  for (const auto& [length, names] : prefixes_) {
    if (length >= authority.size()) continue;
    const auto found = names.find(authority.substr(0, length));
    if (found != names.end()) return found->second;
  }
  return std::nullopt;
}

}  // namespace weft::decide
