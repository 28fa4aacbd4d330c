#include "xds/client/bearer_token.h"

#include "base/read_file.h"
#include "base/strings.h"

namespace weft::xds {
namespace {

constexpr size_t kTokenMax = 64 * 1024;  // what a head of HTTP/2 may come to

}  // namespace

Result<std::string> read_authorization(const std::string& token_file) {
  WEFT_TRY(const auto text, read_file(token_file, kTokenMax));
  const auto token = trim(text);
  if (token.empty()) return fail(Reason::invalid, "the token file " + token_file + " is empty");
  return "Bearer " + std::string(token);
}

}  // namespace weft::xds
