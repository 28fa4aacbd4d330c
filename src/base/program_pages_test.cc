#include "base/program_pages.h"

#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace weft {
namespace {

// KiB of files, code among them, that are mapped in.
long resident_of_files() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("RssFile:")) continue;
    std::istringstream rest(line.substr(8));
    long size = -1;
    rest >> size;
    return size;
  }
  return -1;
}

TEST(ProgramPages, leave_and_come_back_when_they_are_touched) {
  const long before = resident_of_files();
  ASSERT_GT(before, 0);
  let_go_of_program_pages();
  const long after = resident_of_files();  // this very code had to come back for it
  EXPECT_GT(after, 0);
  EXPECT_LT(after, before);
}

}  // namespace
}  // namespace weft
