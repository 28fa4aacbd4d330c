// The environment variables of a container: the image's, then the container's own, with Kubernetes' rules for $(NAME)
// and for values from fields of the Pod, from ConfigMaps and from Secrets. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/kubernetes/pod.h"
#include "api/metadata.h"
#include "base/error.h"
#include "node/processes/data_objects.h"

namespace weft::node {

using Variables = std::map<std::string, std::string>;

// What fieldRef may ask of a pod.
struct PodFacts {
  const api::Metadata* metadata = nullptr;
  const api::kubernetes::PodSpec* spec = nullptr;
  std::string pod_ip;
  std::string host_ip;
  std::string node_name;
};

// "metadata.labels['app']", "status.podIP" ...; `invalid` where Kubernetes knows no such field. A label or annotation
// that the pod lacks is empty.
Result<std::string> field_value(const PodFacts& pod, std::string_view path);

// $(NAME) of a known name becomes its value, $$ becomes $, all else stays as written. `too_large` where that is longer
// than a process can be given: references to references double at every step.
Result<std::string> expand_references(std::string_view text, const Variables& known);

// `before` holds what the variables are added to; later ones may refer to earlier ones. `objects` has what
// data_objects_of() names, as far as it exists. Errors are `invalid`: the container can't be started as it is.
Result<Variables> container_environment(Variables before, const api::kubernetes::Container& container,
                                        const PodFacts& pod, const DataObjects& objects);

// "NAME=value", sorted by name.
std::vector<std::string> to_texts(const Variables& variables);

// What every local process gets from the environment of the agent, so that programs which the user can run are found.
Variables base_environment(const std::string& hostname);

}  // namespace weft::node
