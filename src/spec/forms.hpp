#pragma once

#include "cassmesh/spec.hpp"

/// What the texts of a spec must look like. Each says what is wrong as the end of a sentence that
/// begins with the value: "'Ring' has a capital letter 'R'".
namespace cassmesh::spec::forms {

extern const Form
    object_name;  ///< a Service's name that is a StatefulSet's too: DNS-1035, 52 characters
extern const Form dns_label;      ///< DNS-1123 label
extern const Form dns_subdomain;  ///< DNS-1123 subdomain
extern const Form label_value;    ///< value of a label
extern const Form image;          ///< container image reference
extern const Form cassandra_version;
extern const Form istio_range;
extern const Form quantity;    ///< Kubernetes resource quantity, above zero
extern const Form heap_size;   ///< memory size as the JVM writes it
extern const Form class_name;  ///< Java class
extern const Form one_line;    ///< anything that is not empty and holds no control character

}  // namespace cassmesh::spec::forms
