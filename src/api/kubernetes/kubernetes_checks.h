// What must hold in Kubernetes' kinds, beyond single fields. The rules are Kubernetes' own.
#pragma once

#include "api/kubernetes/deployment.h"
#include "api/kubernetes/endpoint_slice.h"
#include "api/kubernetes/secret.h"
#include "api/place.h"
#include "api/text_checks.h"

namespace weft::api::kubernetes {

Complaint check_config_key(std::string_view text);
Complaint check_env_name(std::string_view text);
Complaint check_cluster_ip(std::string_view text);
Complaint check_address(std::string_view text);

void check_secret(const Place& place, Secret& secret);
void check_service(const Place& place, Service& service);
void check_env_var(const Place& place, EnvVar& variable);
void check_env_from(const Place& place, EnvFrom& source);
void check_probe(const Place& place, Probe& probe);
void check_container(const Place& place, Container& container);
void check_pod_spec(const Place& place, PodSpec& spec);
void check_label_selector(const Place& place, LabelSelector& selector);
void check_strategy(const Place& place, DeploymentStrategy& strategy);
void check_pod_template(const Place& place, PodTemplate& pod_template);
void check_deployment(const Place& place, Deployment& deployment);

}  // namespace weft::api::kubernetes
