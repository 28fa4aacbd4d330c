#include "node/processes/last_line.h"

#include <algorithm>
#include <utility>

namespace weft::node {

void LastLine::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    under_way_.append(bytes.substr(0, std::min(end, kBytesMax - under_way_.size())));
    if (end == bytes.size()) return;
    if (!under_way_.empty()) finished_ = std::exchange(under_way_, {});
    bytes.remove_prefix(end + 1);
  }
}

}  // namespace weft::node
