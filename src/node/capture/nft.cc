#include "node/capture/nft.h"

#include <array>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/strings.h"
#include "net/fd.h"

namespace weft::node {
namespace {

// The rules as a file that the child reads from its start, so that no pipe can fill up.
Result<net::Fd> file_of(std::string_view text) {
  net::Fd file(memfd_create("weft-rules", MFD_CLOEXEC));
  if (!file.is_open()) return fail(system_error("making room for the rules", errno));
  if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      lseek(file.get(), 0, SEEK_SET) != 0) {
    return fail(system_error("writing the rules", errno));
  }
  return file;
}

[[noreturn]] void exec_nft(const std::string& program, int rules, int output) {
  dup2(rules, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execl(program.c_str(), "nft", "-f", "-", nullptr);
  _exit(127);
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 1024> part{};
  for (;;) {
    const ssize_t size = read(fd, part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return text;
    if (text.size() < 4096) text.append(part.data(), static_cast<size_t>(size));
  }
}

}  // namespace

Result<std::string> find_nft() {
  const char* const path = std::getenv("PATH");
  const std::string folders = std::string(path == nullptr ? "" : path) + ":/usr/sbin:/sbin:/usr/local/sbin";
  for (const auto folder : split(folders, ':')) {
    if (folder.empty()) continue;
    std::string program = std::string(folder) + "/nft";
    if (access(program.c_str(), X_OK) == 0) return program;
  }
  return fail(Reason::not_found, "the program nft is not installed");
}

Result<> apply_rules(const std::string& nft_program, std::string_view rules) {
  WEFT_TRY(const net::Fd file, file_of(rules));
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail(system_error("making a pipe", errno));
  const net::Fd output(ends[0]);
  net::Fd input(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) return fail(system_error("starting nft", errno));
  if (pid == 0) exec_nft(nft_program, file.get(), input.get());
  input.reset();
  const std::string said = read_all(output.get());
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fail(Reason::internal, "nft refused the rules: " + std::string(trim(said)));
}

}  // namespace weft::node
