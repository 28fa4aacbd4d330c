// How people name a pod: "POD", "POD.NAMESPACE" (istioctl), "NAMESPACE/POD", "pod/POD", "deploy/NAME", or only the
// start of a pod's name. Pure.
#pragma once

#include <string>
#include <vector>

#include "api/tree.h"
#include "cli/exit.h"

namespace weft::cli {

// Which pod was meant. A value.
struct PodName {
  std::string namespace_name;
  std::string name;

  friend bool operator==(const PodName&, const PodName&) = default;
};

// The pod among `pods` (of all namespaces). Without a namespace in the word it is the default one's, else the only one
// of that name anywhere. A Deployment's name stands for its first pod, and "deploy/NAME" for nothing else. Nothing
// fitting is a Failure with the nearest names.
Expected<PodName> find_pod(const std::string& word, const std::string& default_namespace,
                           const std::vector<api::Json>& pods);

// All pods that are meant: one by its name, a Deployment's ("deploy/NAME", or its name alone), those whose names begin
// so, or those behind a Service ("svc/NAME", or its name alone). Namespaces as above, but never guessed. None is a
// Failure.
Expected<std::vector<PodName>> find_pods(const std::string& word, const std::string& default_namespace,
                                         const std::vector<api::Json>& pods, const std::vector<api::Json>& services);

}  // namespace weft::cli
