#include "xds/client/bearer_token.h"

#include <fstream>
#include <sstream>

#include "base/strings.h"

namespace weft::xds {

Result<std::string> read_authorization(const std::string& token_file) {
  const std::ifstream file(token_file);
  if (!file) return fail(Reason::not_found, "the token file " + token_file + " cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  return "Bearer " + std::string(trim(text.view()));
}

}  // namespace weft::xds
