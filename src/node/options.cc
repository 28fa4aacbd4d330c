#include "node/options.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/strings.h"

namespace weft::node {
namespace {

std::unexpected<Error> bad_usage(std::string detail) {
  return fail(Reason::invalid, std::move(detail), Side::client);
}

Result<uint16_t> parse_port(std::string_view text) {
  const auto number = parse_unsigned(text);
  if (!number || *number == 0 || *number > 65'535) return bad_usage("\"" + std::string(text) + "\" is no port number");
  return static_cast<uint16_t>(*number);
}

// Walks flags of the forms `--name value` and `--name=value`.
class Flags {
 public:
  explicit Flags(const std::vector<std::string>& arguments) : arguments_(&arguments) {}

  bool at_end() const { return at_ == arguments_->size(); }

  // The next flag's name; its value, if written with "=", is kept for value().
  std::string_view next() {
    const std::string_view argument = (*arguments_)[at_++];
    const size_t equals = argument.starts_with("--") ? argument.find('=') : std::string_view::npos;
    attached_.reset();
    if (equals == std::string_view::npos) return argument;
    attached_ = argument.substr(equals + 1);
    return argument.substr(0, equals);
  }

  Result<std::string> value(std::string_view flag) {
    if (attached_) return std::string(*attached_);
    if (at_end()) return bad_usage(std::string(flag) + " needs a value");
    return (*arguments_)[at_++];
  }

  std::vector<std::string> rest() const {
    return {arguments_->begin() + static_cast<ptrdiff_t>(at_), arguments_->end()};
  }

 private:
  const std::vector<std::string>* arguments_;
  std::optional<std::string_view> attached_;
  size_t at_ = 0;
};

Result<> take_run_flag(std::string_view flag, Flags& flags, RunOptions& options) {
  constexpr std::array kKnown{"--state", "--expose", "--api-port", "--log-level"};
  constexpr std::array kOfWeftd{"--certificate-lifetime", "--api-listen", "--api-name", "--api-client-ca"};
  if (std::ranges::find(kOfWeftd, flag) != kOfWeftd.end()) {
    WEFT_TRY(auto value, flags.value(flag));
    options.weftd_words.insert(options.weftd_words.end(), {std::string(flag), std::move(value)});
    return {};
  }
  if (std::find(kKnown.begin(), kKnown.end(), flag) == kKnown.end())
    return bad_usage("unknown flag " + std::string(flag));
  WEFT_TRY(auto value, flags.value(flag));
  if (flag == "--state") options.state_dir = std::move(value);
  if (flag == "--log-level") options.log_level = std::move(value);
  if (flag == "--expose") {
    WEFT_TRY(auto exposure, parse_exposure(value));
    options.exposures.push_back(std::move(exposure));
  } else if (flag == "--api-port") {
    WEFT_TRY(options.api_port, parse_port(value));
  }
  return {};
}

Result<> take_exec_flag(std::string_view flag, Flags& flags, ExecOptions& options) {
  if (flag == "--no-sidecar") {
    options.has_sidecar = false;
    return {};
  }
  if (flag == "-t" || flag == "--tty") {
    options.has_terminal = true;
    return {};
  }
  if (flag == "--kill-on-hang-up") {
    options.kills_on_hang_up = true;
    return {};
  }
  constexpr std::array kKnown{"--state", "-n", "--namespace", "--pod", "-c", "--container", "--as"};
  if (std::find(kKnown.begin(), kKnown.end(), flag) == kKnown.end())
    return bad_usage("unknown flag " + std::string(flag));
  WEFT_TRY(auto value, flags.value(flag));
  if (flag == "--state") options.state_dir = std::move(value);
  if (flag == "-n" || flag == "--namespace") options.namespace_name = std::move(value);
  if (flag == "--pod") options.pod = std::move(value);
  if (flag == "-c" || flag == "--container") options.container = std::move(value);
  if (flag == "--as") options.service_account = std::move(value);
  return {};
}

}  // namespace

Result<Exposure> parse_exposure(std::string_view text) {
  const size_t equals = text.find('=');
  const size_t colon = text.substr(0, equals).rfind(':');
  if (equals == std::string_view::npos || colon == std::string_view::npos) {
    return bad_usage("--expose takes SERVICE.NAMESPACE:PORT=HOSTPORT, not \"" + std::string(text) + "\"");
  }
  Exposure exposure;
  const auto host = text.substr(0, colon);
  const size_t dot = host.find('.');
  exposure.service = host.substr(0, dot);
  exposure.namespace_name = dot == std::string_view::npos ? "default" : host.substr(dot + 1);
  if (exposure.service.empty() || exposure.namespace_name.empty()) return bad_usage("--expose names no service");
  WEFT_TRY(exposure.port, parse_port(text.substr(colon + 1, equals - colon - 1)));
  WEFT_TRY(exposure.host_port, parse_port(text.substr(equals + 1)));
  return exposure;
}

Result<RunOptions> parse_run_options(const std::vector<std::string>& arguments) {
  RunOptions options;
  for (Flags flags(arguments); !flags.at_end();) WEFT_CHECK(take_run_flag(flags.next(), flags, options));
  if (options.state_dir.empty()) return bad_usage("--state is needed");
  return options;
}

Result<ExecOptions> parse_exec_options(const std::vector<std::string>& arguments) {
  ExecOptions options;
  Flags flags(arguments);
  while (!flags.at_end()) {
    const auto flag = flags.next();
    if (flag == "--") {
      options.command = flags.rest();
      break;
    }
    WEFT_CHECK(take_exec_flag(flag, flags, options));
  }
  if (options.state_dir.empty()) return bad_usage("--state is needed");
  if (options.command.empty()) return bad_usage("a command is needed, behind --");
  if (!options.pod.empty() && !options.service_account.empty()) return bad_usage("--pod and --as exclude each other");
  return options;
}

std::string_view usage() {
  return R"(weft-node: runs the pods of a mesh on this machine. Usually started by `weft up`.

  weft-node run --state DIR [--expose SERVICE.NAMESPACE:PORT=HOSTPORT]... [--api-port N] [--log-level L] [--certificate-lifetime D]
                [--api-listen ADDRESS:PORT [--api-name NAME]... [--api-client-ca FILE]]
  weft-node exec --state DIR [-n NAMESPACE] [--pod POD [-c CONTAINER] | --as ACCOUNT] [--no-sidecar] [-t] [--kill-on-hang-up] -- COMMAND...
  weft-node sandbox-check    says whether this machine can run local pods, and what is missing
)";
}

}  // namespace weft::node
