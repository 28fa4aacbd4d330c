// RouteIndex: finds the first matching route of a virtual host without trying all of them. Each route is filed under
// one thing a request must have for it (its exact path, an exact header value, its path prefix), or under "any
// request".
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "decide/names.h"
#include "decide/routing/request_head.h"
#include "decide/routing/route.h"

namespace weft::decide {

// Built once from the routes it belongs to; immutable.
class RouteIndex {
 public:
  RouteIndex() = default;
  explicit RouteIndex(const std::vector<Route>& routes);

  // The route with the lowest position that matches, or nullptr.
  const Route* first_match(const std::vector<Route>& routes, const RequestHead& request) const;

 private:
  using Positions = std::vector<uint32_t>;  // ascending
  using ByText = std::unordered_map<std::string, Positions, TextHash, std::equal_to<>>;

  // One lookup: the lowest position found so far.
  struct Search {
    const std::vector<Route>& routes;
    const RequestHead& request;
    uint32_t best;

    void look_at(const Positions& list);
    void look_up(const ByText& table, std::string_view key);
  };

  void file(const Route& route, uint32_t position);
  void search_all(Search& search) const;

  bool is_indexed_ = false;  // short lists are just walked through
  ByText by_path_;
  std::map<std::string, ByText, std::less<>> by_header_;
  std::map<size_t, ByText, std::greater<>> by_prefix_;
  Positions others_;
};

}  // namespace weft::decide
