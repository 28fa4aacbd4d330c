#include "node/programs.h"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>

#include "node/capture/nft.h"

namespace weft::node {

Result<Programs> find_programs() {
  Programs programs;
  programs.self = net::Fd(open("/proc/self/exe", O_PATH | O_CLOEXEC));
  if (!programs.self.is_open()) return fail(system_error("opening our own program", errno));
  std::error_code error;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  if (error) return fail(system_error("finding our own program", error.value()));
  programs.weftd = folder / "weftd";
  programs.weft_proxy = folder / "weft-proxy";
  if (auto nft = find_nft()) programs.nft = *std::move(nft);
  return programs;
}

}  // namespace weft::node
