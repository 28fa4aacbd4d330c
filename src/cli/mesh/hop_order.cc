#include "cli/mesh/hop_order.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <optional>
#include <ranges>
#include <string>
#include <unordered_map>
#include <utility>

namespace weft::cli {
namespace {

bool is_outbound(const FailedHop& hop) {
  return hop.direction == "outbound";
}

// Finds who called whom among hops that are sorted by their clocks. Hops by their position.
class Calls {
 public:
  explicit Calls(const std::vector<FailedHop>& hops) : hops_(hops), callees_(hops.size()) {
    for (size_t at = 0; at < hops.size(); ++at) {
      if (is_outbound(hops[at])) note_endpoints(at);
    }
    for (size_t at = 0; at < hops.size(); ++at) {
      const auto caller = is_outbound(hops[at]) ? request_served_at(at) : caller_of_server(at);
      if (caller) {
        callees_[*caller].push_back(at);
      } else {
        first_.push_back(at);
      }
    }
  }

  // Callers before whom they called. Two hops of one pod in the same millisecond may each seem to have called the
  // other: then the client's is where it begins.
  std::vector<size_t> in_order() {
    for (const size_t at : first_) follow(at);
    for (size_t at = 0; at < hops_.size(); ++at) {
      if (is_outbound(hops_[at])) follow(at);
    }
    for (size_t at = 0; at < hops_.size(); ++at) follow(at);
    return std::move(order_);
  }

 private:
  void note_endpoints(size_t at) {
    calls_to_[hops_[at].endpoint].push_back(at);
    for (const auto& attempt : hops_[at].tried) {
      if (attempt.endpoint != hops_[at].endpoint) calls_to_[attempt.endpoint].push_back(at);
    }
  }

  // The first call of it arrives first.
  std::optional<size_t> caller_of_server(size_t at) {
    last_served_[hops_[at].pod] = at;
    const auto calls = calls_to_.find(hops_[at].destination);
    if (hops_[at].destination.empty() || calls == calls_to_.end()) return std::nullopt;
    const size_t caller = calls->second.front();
    if (calls->second.size() > 1) calls->second.pop_front();
    return caller;
  }

  // The request that the pod was serving when it made this call.
  std::optional<size_t> request_served_at(size_t at) const {
    const auto served = last_served_.find(hops_[at].pod);
    if (served == last_served_.end()) return std::nullopt;
    const bool is_own_call = hops_[served->second].destination == hops_[at].endpoint;  // a pod that called itself
    return is_own_call ? std::nullopt : std::optional(served->second);
  }

  void follow(size_t from) {
    std::vector<size_t> next = {from};
    while (!next.empty()) {
      const size_t at = next.back();
      next.pop_back();
      if (is_placed_[at]) continue;
      is_placed_[at] = true;
      order_.push_back(at);
      std::ranges::copy(callees_[at] | std::views::reverse, std::back_inserter(next));
    }
  }

  const std::vector<FailedHop>& hops_;
  std::unordered_map<std::string, std::deque<size_t>> calls_to_;  // by the endpoint's address
  std::unordered_map<std::string, size_t> last_served_;           // by pod
  std::vector<std::vector<size_t>> callees_;
  std::vector<size_t> first_;  // whom nobody seems to have called
  std::vector<size_t> order_;
  std::vector<bool> is_placed_ = std::vector<bool>(hops_.size());
};

}  // namespace

std::vector<FailedHop> in_order_of_calls(std::vector<FailedHop> hops) {
  // Of one pod's two hops in the same millisecond it is the request served that led to the call.
  std::ranges::sort(hops, {}, [](const FailedHop& hop) { return std::pair(hop.started, is_outbound(hop)); });
  std::vector<FailedHop> ordered;
  for (const size_t at : Calls(hops).in_order()) ordered.push_back(std::move(hops[at]));
  return ordered;
}

}  // namespace weft::cli
