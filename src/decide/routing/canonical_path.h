// canonicalize_path: the one form of a path that routing, policies, logs and the endpoint all see, computed once before
// any of them looks (HttpConnectionManager normalize_path, merge_slashes, path_with_escaped_slashes_action). One pass
// of decoding, never two.
#pragma once

#include <cstdint>
#include <string>

namespace weft::decide {

// What becomes of %2F and %5C in a path.
enum class EscapedSlashes : uint8_t { keep, reject, redirect, decode };

// How one connection manager wants paths. The default leaves them as they are.
struct PathPolicy {
  bool normalizes = false;      // resolve dot segments, `\` to `/`, decode unreserved characters (RFC 3986 6.2.2)
  bool merges_slashes = false;  // `//` to `/`
  EscapedSlashes escaped_slashes = EscapedSlashes::keep;
};

// `redirect`: the path was rewritten and the client should be told its new form.
enum class PathVerdict : uint8_t { accept, redirect, reject };

// Rewrites `path` (query included, which is never touched) in place. Rejects %00 and malformed escapes when it
// normalizes.
PathVerdict canonicalize_path(std::string& path, const PathPolicy& policy);

}  // namespace weft::decide
