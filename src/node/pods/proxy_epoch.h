// What a proxy's /server_info says of its place in a line of processes that follow each other. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weft::node {

// `restart_epoch` of one that serves; nothing while it starts or drains, or where the text is something else.
std::optional<uint32_t> serving_epoch(std::string_view server_info);

}  // namespace weft::node
