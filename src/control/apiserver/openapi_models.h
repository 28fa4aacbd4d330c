// The models of kinds in OpenAPI's terms, made from their field tables: what kubectl explain prints, and by what a
// kubectl that merges by itself merges. Pure; nothing of it is kept.
#pragma once

#include <string_view>

#include "api/kinds.h"
#include "api/tree.h"

namespace weft::control {

inline constexpr std::string_view kGroupVersionKind = "x-kubernetes-group-version-kind";

// They differ in where models are, and how a field that has one is described.
enum class OpenApi : uint8_t { v2, v3 };

// Adds the kind's model, which names these versions of it, and those of what is in it.
void add_models(const api::Kind& kind, const std::vector<std::string_view>& versions, OpenApi form, api::Json& models);

}  // namespace weft::control
