// How far a mesh is with starting its pods, as its Deployments and Pods say. Pure.
#pragma once

#include <string>
#include <vector>

#include "api/tree.h"

namespace weft::cli {

// One Deployment, or one Pod that belongs to none.
struct WorkloadProgress {
  std::string title;  // "nodejs-app/nodejs-api-v1"
  size_t wanted = 1;
  size_t ready = 0;
  std::string facts;     // "2 of 3 ready"
  std::string failure;   // why it can't become ready, when that is plain: "container nodejs-api: CrashLoopBackOff: ..."
  int64_t restarts = 0;  // of all containers of its pods
  std::string pod;       // the pod the failure is about, "NAMESPACE/NAME"

  bool is_ready() const { return ready >= wanted; }
};

// Reads both lists. Pods that end (deletionTimestamp) don't count; pods of an older template neither.
std::vector<WorkloadProgress> read_progress(const std::vector<api::Json>& deployments,
                                            const std::vector<api::Json>& pods);

// Why a pod is not ready in one sentence, from its conditions and containers; empty when it is ready.
std::string why_not_ready(const api::Json& pod);

}  // namespace weft::cli
