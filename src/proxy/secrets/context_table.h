// ContextTable: makes the TLS contexts of a snapshot's settings, and keeps those that are still right.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "decide/snapshot.h"
#include "proxy/connect/tls_contexts.h"
#include "proxy/secrets/secrets.h"

namespace weft::proxy {

// Owned by bin/; main thread. The secrets outlive it.
class ContextTable {
 public:
  explicit ContextTable(const Secrets& secrets) : secrets_(&secrets) {}

  // What a shard needs to serve by the snapshot with the secrets as they are. Contexts are made anew only where their
  // settings or secrets differ, so that clients can resume their sessions after a push.
  TlsContextsPtr contexts_of(const decide::Snapshot& snapshot);

  // A setting of the snapshot lacks a secret that is still to come.
  bool awaits_secrets() const { return awaited_ > 0; }
  // The paths that the settings of the snapshot name.
  const std::set<std::string>& files() const { return files_; }
  // Settings whose files cannot be read or used as they are: what was in force before serves on, if there was anything.
  size_t unusable() const;

 private:
  // A context, and what it was made of; the slot of one id. Null where it could never be made.
  struct Made {
    tls::ContextPtr context;
    std::vector<uint64_t> versions;  // of the secrets in it
    std::shared_ptr<const Serials> revoked;
    bool is_used = false;
    bool is_unusable = false;  // its files are gone, or garbled
  };

  // The secrets that some settings ask for, as they are now.
  struct Material {
    std::vector<SecretPtr> certificates;
    SecretPtr roots;
    SecretPtr revocations;
    std::vector<uint64_t> versions;
    std::string missing_file;  // one of them
    bool is_complete = true;
    bool is_awaited = false;
    bool has_files = false;
  };

  static std::string revocation_lists(const Material& material);
  void note_files(const decide::TlsSettings& settings);
  Material material_of(const decide::TlsSettings& settings) const;
  void use(const decide::TlsSettings& settings, tls::Role role, bool requires_certificate, bool resumes);

  const Secrets* secrets_;
  std::vector<Made> made_;  // by id
  std::set<std::string> files_;
  size_t awaited_ = 0;  // settings whose secrets are still to come
};

}  // namespace weft::proxy
