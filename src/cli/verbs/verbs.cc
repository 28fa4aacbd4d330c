#include "cli/verbs/verbs.h"

#include <charconv>

#include "base/strings.h"

namespace weft::cli {
namespace {

// A number with its unit at the front of `text`, which is moved on; nothing when it isn't one.
std::optional<Duration> take_part(std::string_view& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > 1e6) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  const std::pair<std::string_view, double> units[] = {{"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}};
  for (const auto& [unit, seconds] : units) {
    if (!text.starts_with(unit)) continue;
    text.remove_prefix(unit.size());
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(number * seconds));
  }
  return std::nullopt;
}

}  // namespace

std::vector<Command> all_commands() {
  return {up_command(),         down_command(),     apply_command(),   get_command(),        describe_command(),
          delete_command(),     validate_command(), explain_command(), exec_command(),       logs_command(),
          ps_command(),         pc_command(),       proxy_command(),   authz_command(),      mtls_command(),
          certs_command(),      why_command(),      token_command(),   kubeconfig_command(), version_command(),
          completion_command(), help_command(),     complete_command()};
}

Flag filename_flag() {
  return {.name = "filename",
          .letter = 'f',
          .value = "FILE",
          .help = "a file, a folder (every .yaml, .yml and .json in it) or - for standard input; may be repeated"};
}

Flag recursive_flag() {
  return {.name = "recursive", .letter = 'R', .help = "with -f FOLDER: the folders below it, too"};
}

Flag image_flag() {
  return {
      .name = "image", .value = "NAME=COMMAND", .help = "the command a local pod runs for an image; may be repeated"};
}

Flag timeout_flag(std::string_view help) {
  return {.name = "timeout", .value = "DURATION", .help = help};
}

std::optional<Duration> parse_duration(std::string_view text) {
  Duration sum{};
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part) return std::nullopt;
    sum += *part;
  }
  return sum;
}

Expected<Duration> timeout_of(const Invocation& call, Duration fallback) {
  const auto given = call.value("timeout");
  if (!given) return fallback;
  if (*given == "0") return std::chrono::hours(24 * 365);
  if (const auto duration = parse_duration(*given)) return *duration;
  return stop(Exit::usage, "--timeout can't be \"" + *given + "\"; it is a duration such as 90s or 2m");
}

}  // namespace weft::cli
