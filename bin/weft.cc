// weft: the command line. Reads what the process inherits and runs the verb.
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/run.h"
#include "cli/text/fd_buffer.h"

namespace {

weft::cli::StreamFacts facts_of(int fd) {
  weft::cli::StreamFacts facts;
  facts.is_terminal = isatty(fd) == 1;
  winsize size{};
  if (facts.is_terminal && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) facts.width = size.ws_col;
  const char* no_color = std::getenv("NO_COLOR");
  facts.no_color = no_color != nullptr && *no_color != '\0';
  const char* term = std::getenv("TERM");
  facts.term = term != nullptr ? term : "";
  return facts;
}

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

int main(int count, char** words) {
  weft::cli::FdBuffer out_buffer(STDOUT_FILENO);
  weft::cli::FdBuffer err_buffer(STDERR_FILENO);
  std::ostream out(&out_buffer);
  std::ostream err(&err_buffer);
  err << std::unitbuf;
  std::error_code error;
  const weft::cli::Surroundings surroundings{
      .variable = variable,
      .working_folder = std::filesystem::current_path(error),
      .program_folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path(),
      .input = &std::cin,
      .user_id = getuid(),
  };
  weft::cli::Screen screen{out, err};
  const weft::SystemClock clock;
  const std::vector<std::string> given(words + (count > 0 ? 1 : 0), words + count);
  return weft::cli::run(given, screen, {facts_of(STDOUT_FILENO), facts_of(STDERR_FILENO)}, surroundings, clock);
}
