// Secrets in files that only their owner may read: made once, checked at every start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weft::control {

// What a secret is made of: any bytes, or letters and digits that fit into a header.
enum class SecretForm : uint8_t { bytes, text };

// `size` bytes, or letters, from the TLS library's generator.
Result<std::string> random_secret(size_t size, SecretForm form);

// The content of the file at `path`; when there is none, it is made (0600, synced before this returns) with `size`
// bytes from the TLS library's generator. Refused (denied, with the command that mends it) when it is not a plain file
// of ours that nobody else may read; malformed when its size is another.
Result<std::string> load_or_make_secret(const std::string& path, size_t size, SecretForm form = SecretForm::bytes);

// The content of a file that is there. Refused like a secret; not_found when there is none, too_large over `size_max`.
Result<std::string> read_private_file(const std::string& path, size_t size_max);

// Writes a file that only we may read, whole or not at all: under another name first, synced, then renamed.
Result<void> write_private_file(const std::string& path, std::string_view content);

}  // namespace weft::control
