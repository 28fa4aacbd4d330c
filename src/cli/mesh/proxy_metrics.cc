#include "cli/mesh/proxy_metrics.h"

#include <charconv>
#include <optional>

#include "base/strings.h"

namespace weft::cli {
namespace {

// `"VALUE"` at the front of `text`, without its escapes; nothing when it does not end.
std::optional<std::string> take_quoted(std::string_view& text) {
  if (!text.starts_with('"')) return std::nullopt;
  std::string value;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      value += text[i] == 'n' ? '\n' : text[i];
    } else {
      value += text[i];
    }
  }
  return std::nullopt;
}

// `{NAME="VALUE",...}` at the front of `text`.
bool take_labels(std::string_view& text, Sample& sample) {
  text.remove_prefix(1);
  while (!text.starts_with('}')) {
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) return false;
    std::string name(text.substr(0, equals));
    text.remove_prefix(equals + 1);
    auto value = take_quoted(text);
    if (!value) return false;
    sample.labels[std::move(name)] = *std::move(value);
    if (text.starts_with(',')) text.remove_prefix(1);
  }
  text.remove_prefix(1);
  return true;
}

std::optional<Sample> read_sample(std::string_view line) {
  Sample sample;
  const size_t end = line.find_first_of("{ ");
  if (end == std::string_view::npos || line.starts_with('#')) return std::nullopt;
  sample.name = line.substr(0, end);
  line.remove_prefix(end);
  if (line.starts_with('{') && !take_labels(line, sample)) return std::nullopt;
  line = trim(line);
  const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), sample.value);
  if (error != std::errc()) return std::nullopt;
  return sample;
}

}  // namespace

std::string_view Sample::label(std::string_view label_name) const {
  const auto found = labels.find(label_name);
  return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

std::vector<Sample> read_metrics(std::string_view page) {
  std::vector<Sample> samples;
  for (const auto line : split(page, '\n')) {
    if (auto sample = read_sample(line)) samples.push_back(*std::move(sample));
  }
  return samples;
}

}  // namespace weft::cli
