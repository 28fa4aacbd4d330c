// Runs nft(8), which turns our rules into netlink messages. Blocking; for processes in a pod's namespaces.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace weft::node {

// The path of the nft program; /usr/sbin is looked at, too, which an ordinary user's PATH may lack. not_found
// otherwise.
Result<std::string> find_nft();

// Applies the rules in the calling process's network namespace, all or none. The error carries nft's own words.
Result<> apply_rules(const std::string& nft_program, std::string_view rules);

}  // namespace weft::node
