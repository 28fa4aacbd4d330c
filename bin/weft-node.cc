// weft-node: runs the pods of a mesh on one machine. Reads the sub-command and hands over to it.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "node/commands.h"
#include "node/options.h"
#include "node/sandbox/holder.h"
#include "node/sandbox/init.h"

namespace {

constexpr int kUsageExit = 2;

int complain(const std::string& what) {
  std::fprintf(stderr, "weft-node: %s\n\n%s", what.c_str(), std::string(weft::node::usage()).c_str());
  return kUsageExit;
}

// Words behind the first "--" of an internal sub-command.
std::vector<std::string> command_of(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() != "--") return arguments;
  return {arguments.begin() + 1, arguments.end()};
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> given(words + (count > 0 ? 1 : 0), words + count);
  if (given.empty()) return complain("a sub-command is needed");
  const std::string_view verb = given.front();
  const std::vector<std::string> arguments(given.begin() + 1, given.end());
  const weft::SystemClock clock;

  // Started by the agent itself inside of pods, never by people.
  if (verb == "hold" && arguments.size() == 3)
    return weft::node::run_holder(std::atoi(arguments[1].c_str()), arguments[2]);
  if (verb == "connect" && arguments.size() == 1)
    return weft::node::run_connect(static_cast<uint16_t>(std::atoi(arguments[0].c_str())));
  if (verb == "init") return weft::node::run_init(command_of(arguments));

  if (verb == "run") {
    const auto options = weft::node::parse_run_options(arguments);
    return options ? weft::node::run_node(*options, clock) : complain(options.error().detail);
  }
  if (verb == "exec") {
    const auto options = weft::node::parse_exec_options(arguments);
    return options ? weft::node::run_exec(*options) : complain(options.error().detail);
  }
  if (verb == "sandbox-check") return weft::node::run_sandbox_check(clock);
  if (verb == "version" || verb == "--version") return std::printf("weft-node %s\n", WEFT_VERSION) > 0 ? 0 : 1;
  if (verb == "help" || verb == "--help" || verb == "-h") {
    return std::printf("%s", std::string(weft::node::usage()).c_str()) > 0 ? 0 : 1;
  }
  return complain("unknown sub-command " + std::string(verb));
}
