#include "proxy/admin/name_table_subscriber.h"

namespace weft::proxy {

runtime::Task<std::vector<xds::Rejection>> NameTableSubscriber::apply(const xds::Update& update) {
  std::vector<xds::Rejection> rejections;
  for (const xds::Resource& resource : update.changed) {
    auto names = NameIndex::compile(resource.bytes, own_namespace_);
    if (names) {
      server_->use(*std::move(names));
    } else {
      rejections.push_back({std::string(resource.name), names.error().detail});
    }
  }
  co_return rejections;
}

}  // namespace weft::proxy
