#include "cli/text/table.h"

#include <algorithm>

#include "cli/text/style.h"

namespace weft::cli {
namespace {

std::string shown(const std::string& cell) {
  return cell.empty() ? "<none>" : cell;
}

void widen(std::vector<size_t>& widths, const std::vector<std::string>& row) {
  if (widths.size() < row.size()) widths.resize(row.size());
  for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(shown(row[i])));
}

std::string line_of(const std::vector<std::string>& row, const std::vector<size_t>& widths) {
  constexpr size_t kGap = 3;
  std::string line;
  for (size_t i = 0; i < row.size(); ++i) {
    const bool last = i + 1 == row.size();
    line += last ? shown(row[i]) : padded(shown(row[i]), widths[i] + kGap);
  }
  return line + "\n";
}

}  // namespace

std::string render_rows(const Table& table, std::vector<size_t>& widths) {
  for (const auto& row : table.rows) widen(widths, row);
  std::string text;
  for (const auto& row : table.rows) text += line_of(row, widths);
  return text;
}

std::string render(const Table& table) {
  std::vector<size_t> widths;
  widen(widths, table.headings);
  const std::string rows = render_rows(table, widths);
  return line_of(table.headings, widths) + rows;
}

}  // namespace weft::cli
