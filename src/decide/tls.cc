#include "decide/tls.h"

namespace weft::decide {

std::vector<std::string> TlsSettings::secret_names() const {
  std::vector<std::string> names;
  const auto add = [&](const SecretSource& source) {
    if (source.kind == SecretSource::Kind::named) names.push_back(source.name);
  };
  for (const auto& certificate : certificates) add(certificate);
  if (peer.roots) add(*peer.roots);
  return names;
}

}  // namespace weft::decide
