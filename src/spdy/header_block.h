// Header blocks of SPDY/3.1: names and values, compressed with zlib and a dictionary that both sides know
// (draft-mbelshe-httpbis-spdy-00 2.6.10). All blocks of one direction are one zlib stream: in order, none left out.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weft::spdy {

// Names in lower case. Of one that is repeated, the values have a NUL between them.
using HeaderBlock = std::map<std::string, std::string, std::less<>>;

// How much one block may be, expanded: a thousand times what kubectl sends, and a bound for a bomb.
inline constexpr size_t kHeaderBlockMax = 64 * 1024;

// What is received. One thread.
class HeaderReader {
 public:
  HeaderReader();
  ~HeaderReader();
  HeaderReader(const HeaderReader&) = delete;
  HeaderReader& operator=(const HeaderReader&) = delete;

  // Fails with `malformed` or `too_large`; then no further block can be read.
  Result<HeaderBlock> read(std::string_view compressed);

 private:
  struct Inflater;
  std::unique_ptr<Inflater> inflater_;
};

// What is sent. One thread.
class HeaderWriter {
 public:
  HeaderWriter();
  ~HeaderWriter();
  HeaderWriter(const HeaderWriter&) = delete;
  HeaderWriter& operator=(const HeaderWriter&) = delete;

  std::string write(const HeaderBlock& block);

 private:
  struct Deflater;
  std::unique_ptr<Deflater> deflater_;
};

}  // namespace weft::spdy
