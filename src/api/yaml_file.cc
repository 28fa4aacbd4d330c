// Reading files, never more of them than a file may have.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "api/source_finding.h"
#include "api/tree.h"

namespace weft::api {
namespace {

constexpr size_t kChunk = size_t{1} << 16;

// Reads until the end, an error, or one chunk more than a file may have. False: errno says why.
bool read_all(std::FILE* file, std::string& text) {
  size_t got = 1;
  while (got > 0 && text.size() <= kFileSizeMax) {
    const size_t before = text.size();
    text.resize(before + kChunk);
    got = std::fread(text.data() + before, 1, kChunk, file);
    text.resize(before + got);
  }
  return std::ferror(file) == 0;
}

YamlFile unreadable(const std::string& path, int error_number) {
  YamlFile file;
  file.source = std::make_shared<SourceFile>(path, std::string());
  file.findings.push_back(source_finding(*file.source, {}, Code::unreadable,
                                         fmt::format("can't read it: {}", std::strerror(error_number))));
  return file;
}

}  // namespace

YamlFile read_yaml_file(const std::string& path) {
  const bool standard_input = path == "-";
  std::FILE* file = standard_input ? stdin : std::fopen(path.c_str(), "re");
  if (file == nullptr) return unreadable(path, errno);
  std::string text;
  errno = 0;
  const bool good = read_all(file, text);
  const int error_number = errno;
  if (!standard_input) std::fclose(file);
  if (!good) return unreadable(path, error_number);
  return parse_yaml(std::move(text), standard_input ? "standard input" : path);
}

}  // namespace weft::api
