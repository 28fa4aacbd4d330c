// The key under which the ConfigMap weft-system/weft-images keeps an image's command: keys of ConfigMaps know neither
// ":" nor "/", which names of images are full of. Pure.
#pragma once

#include <string>
#include <string_view>

namespace weft::model {

// Letters, digits, "-" and "." stay; every other byte becomes "_" and two hexadecimal digits: "nodejs-api:v1" is
// "nodejs-api_3av1".
std::string image_key(std::string_view image);

}  // namespace weft::model
