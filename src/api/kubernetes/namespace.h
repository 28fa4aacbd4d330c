// Namespace and ServiceAccount: for a mesh, their metadata is nearly all there is. Plain values.
#pragma once

#include <string>

namespace weft::api {
class FieldTable;
}

namespace weft::api::kubernetes {

// A Namespace; its labels (metadata) say whether pods get sidecars.
struct Namespace {
  std::string phase;  // status.phase

  static const FieldTable& fields();
};

// A ServiceAccount: a workload's identity is its namespace and name.
struct ServiceAccount {
  static const FieldTable& fields();
};

}  // namespace weft::api::kubernetes
