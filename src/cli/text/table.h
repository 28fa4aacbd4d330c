// Tables as kubectl prints them: capital headings, columns as wide as their widest cell, three spaces between, nothing
// after the last. Pure.
#pragma once

#include <string>
#include <vector>

namespace weft::cli {

// Headings and rows of cells; a row may be shorter than the headings. A value.
struct Table {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;
};

// Every line ends with a line feed. Empty cells are shown as "<none>".
std::string render(const Table& table);

// The rows only, with columns at least as wide as `widths`, which grow to what was printed: for --watch, where lines
// are printed one by one and should stay aligned.
std::string render_rows(const Table& table, std::vector<size_t>& widths);

}  // namespace weft::cli
