// Metadata: what every object has in common (Kubernetes' ObjectMeta), as far as Weft reads it. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/labels.h"

namespace weft::api {

class FieldTable;

// Who caused an object: deleting the owner deletes the owned.
struct OwnerReference {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;
  bool controller = false;
  bool block_owner_deletion = false;

  static const FieldTable& fields();
  friend bool operator==(const OwnerReference&, const OwnerReference&) = default;
};

// Empty strings and zeroes stand for "not set". Times are RFC 3339.
struct Metadata {
  std::string name;
  std::string generate_name;
  std::string namespace_name;  // empty for cluster-scoped kinds
  std::string uid;
  std::string resource_version;
  int64_t generation = 0;
  std::string creation_timestamp;
  std::string deletion_timestamp;
  int64_t deletion_grace_period_seconds = 0;
  model::Labels labels;
  model::Labels annotations;
  std::vector<OwnerReference> owner_references;
  std::vector<std::string> finalizers;

  static const FieldTable& fields();
  friend bool operator==(const Metadata&, const Metadata&) = default;
};

}  // namespace weft::api
