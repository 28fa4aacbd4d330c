// Any YAML as objects: never a crash; what is taken is still taken, unchanged, once its effective form has been
// printed.
#include <cstdlib>

#include "api/resource.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft::api;
  const auto file = parse_yaml(std::string(reinterpret_cast<const char*>(data), size), "fuzz.yaml");
  const auto all = check_file(file, Strictness::warn, "default");
  std::vector<const Resource*> resources;
  for (const Resource& resource : all.resources) resources.push_back(&resource);
  render(check_references(resources, {}));
  for (const Resource& resource : all.resources) {
    const auto effective = effective_body(resource);
    const auto again = check(effective, {.strictness = Strictness::ignore});
    if (!again.resource || effective_body(*again.resource) != effective) std::abort();
    for (const Column& column : resource.kind->columns) column.cell(resource.body, weft::WallTime{});
  }
  to_json(all.findings).dump();
  return 0;
}
