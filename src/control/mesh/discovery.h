// Discovery: the namespaces that belong to the mesh, by MeshConfig's discoverySelectors and their labels.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/kubernetes/deployment.h"
#include "model/labels.h"

namespace weft::control::mesh {

// Owned by MeshBuilder. As in Istio no namespace is special: a root namespace that no selector takes has no say either.
class Discovery {
 public:
  using Selectors = std::vector<api::kubernetes::LabelSelector>;

  // From the next settle() on.
  void select_by(const Selectors& selectors) { selectors_ = selectors; }
  void put_space(const std::string& name, const model::Labels& labels);
  void erase_space(const std::string& name) { spaces_.erase(name); }

  // Whether objects of the namespace count. One that nobody has told of yet has no labels.
  bool takes(const std::string& space);

  // What changes and labels have come to.
  struct Moves {
    std::vector<std::string> joined;
    std::vector<std::string> left;
  };
  Moves settle();

 private:
  // One namespace, whether selected or not.
  struct Space {
    model::Labels labels;
    bool is_taken = true;  // as of the last settle(), or since it is known
  };
  bool is_selected(const model::Labels& labels) const;

  Selectors selectors_;  // any of them; none: every namespace
  std::map<std::string, Space> spaces_;
};

}  // namespace weft::control::mesh
