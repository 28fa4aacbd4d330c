// Any bytes as a YAML file: never a crash, bounded work; what is read prints and reads back as the same.
#include <cstdlib>

#include "api/tree.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using weft::api::to_json;
  const auto file = weft::api::parse_yaml(std::string(reinterpret_cast<const char*>(data), size), "fuzz.yaml");
  for (const auto& document : file.documents) {
    const auto json = to_json(document);
    const auto again = weft::api::parse_yaml(weft::api::print_yaml(json), "again.yaml");
    // Printed text may pass the size limit that the compact original kept.
    const bool too_large = !again.findings.empty() && again.findings.front().code == weft::api::Code::too_large;
    if (!too_large && (again.documents.size() != 1 || to_json(again.documents.front()) != json)) std::abort();
  }
  weft::api::render(file.findings);
  return 0;
}
