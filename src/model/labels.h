// Labels of Kubernetes objects and the equality selectors over them. Pure values.
#pragma once

#include <algorithm>
#include <map>
#include <string>

namespace weft::model {

using Labels = std::map<std::string, std::string, std::less<>>;

// True when every pair of `selector` is in `labels`. An empty selector selects everything; callers for whom it means
// "nothing" (a Service without selector) ask first.
inline bool selects(const Labels& selector, const Labels& labels) {
  return std::all_of(selector.begin(), selector.end(), [&](const auto& wanted) {
    const auto found = labels.find(wanted.first);
    return found != labels.end() && found->second == wanted.second;
  });
}

}  // namespace weft::model
