#include "control/apiserver/warning_header.h"

namespace weft::control {
namespace {

// Kubernetes cuts one warning at 256 characters only when all together pass 4 KiB; ours are one sentence each.
constexpr size_t kTextSizeMax = 1024;

}  // namespace

std::string warning_header(std::string_view text) {
  std::string header = "299 - \"";
  for (const char c : text.substr(0, kTextSizeMax)) {
    if (c == '"' || c == '\\') header += '\\';
    header += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  return header + "\"";
}

}  // namespace weft::control
