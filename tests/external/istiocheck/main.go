// istiocheck validates Istio objects against the custom resource definitions
// and the protocol buffer messages of given Istio releases.
//
// Two oracles, neither written by us, look at each object:
//
//   - the API server's own code for custom resources (unknown fields, the
//     OpenAPI schema, CEL rules, object metadata), fed with the very CRDs of
//     the release;
//   - strict protojson into the message of the release's own .proto files,
//     which is what Istio itself reads the spec with. It is there because the
//     CRDs up to Istio 1.3 have no schema.
//
// It reads one request as JSON on standard input and writes one answer as JSON
// on standard output; ../validate.py calls it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strings"
	"sync"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	k8sjson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// request is what validate.py asks for. Releases maps an Istio release to the
// kind of schema its CRDs have: none or structural.
type request struct {
	Dir      string            `json:"dir"`
	Releases map[string]string `json:"releases"`
	Checks   []check           `json:"checks"`
}

type check struct {
	Release string          `json:"release"`
	Object  json.RawMessage `json:"object"`
}

// answer holds for each check, in order, the errors found (none: valid).
type answer struct {
	Errors [][]string `json:"errors"`
}

// schemaNone and schemaStructural say what a release's CRDs can refuse: nothing
// in the spec; or wrong types and values, unknown fields and broken CEL rules.
const (
	schemaNone       = "none"
	schemaStructural = "structural"
)

// release is one Istio release: its CRDs, read when first asked for, and the
// folder with its .proto files. One goroutine at a time uses it.
type release struct {
	name, dir, schema string
	documents         []string
	crds              map[string]*apiextensions.CustomResourceDefinition
	messages          map[string]protoreflect.MessageDescriptor
}

func main() {
	var req request
	if err := json.NewDecoder(os.Stdin).Decode(&req); err != nil {
		fmt.Fprintln(os.Stderr, "istiocheck: cannot read the request:", err)
		os.Exit(2)
	}
	byRelease := map[string][]int{}
	for i, c := range req.Checks {
		byRelease[c.Release] = append(byRelease[c.Release], i)
	}
	found := make([][]string, len(req.Checks))
	slots := make(chan struct{}, runtime.NumCPU())
	var group sync.WaitGroup
	for name, checks := range byRelease {
		group.Add(1)
		go func() {
			defer group.Done()
			slots <- struct{}{}
			defer func() { <-slots }()
			r, err := load(req.Dir, name, req.Releases[name])
			for _, i := range checks {
				if err != nil {
					found[i] = []string{err.Error()}
				} else {
					found[i] = r.check(req.Checks[i].Object)
				}
			}
		}()
	}
	group.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(answer{found}); err != nil {
		fmt.Fprintln(os.Stderr, "istiocheck:", err)
		os.Exit(2)
	}
}

func load(dir, name, schemaKind string) (*release, error) {
	text, err := os.ReadFile(filepath.Join(dir, name, "crds.yaml"))
	if err != nil {
		return nil, err
	}
	return &release{
		name:      name,
		dir:       dir,
		schema:    schemaKind,
		documents: strings.Split(string(text), "\n---"),
		crds:      map[string]*apiextensions.CustomResourceDefinition{},
		messages:  map[string]protoreflect.MessageDescriptor{},
	}, nil
}

// check returns what is wrong with one object, sorted; nil when nothing is.
func (r *release) check(raw json.RawMessage) []string {
	// The API server's own reader: whole numbers become int64, not float64.
	var object map[string]any
	if err := k8sjson.Unmarshal(raw, &object); err != nil {
		return []string{err.Error()}
	}
	apiVersion, _ := object["apiVersion"].(string)
	kind, _ := object["kind"].(string)
	group, version, _ := strings.Cut(apiVersion, "/")
	crd, err := r.crd(group, kind)
	if err != nil {
		return []string{err.Error()}
	}
	if !apiextensions.HasServedCRDVersion(crd, version) {
		return []string{fmt.Sprintf("apiVersion %s of %s is not served", apiVersion, kind)}
	}
	var problems []string
	for key := range object {
		switch key {
		case "apiVersion", "kind", "metadata", "spec":
		default:
			problems = append(problems, "unknown field at the top: "+key)
		}
	}
	// The message first: the CRD's code fills in defaults.
	problems = append(problems, r.checkMessage(group, version, kind, object["spec"])...)
	problems = append(problems, r.checkCRD(crd, version, object)...)
	sort.Strings(problems)
	return problems
}

var scheme = k8sruntime.NewScheme()

func init() { install.Install(scheme) }

// crd finds the definition of a kind. It converts apiextensions/v1beta1 ones.
func (r *release) crd(group, kind string) (*apiextensions.CustomResourceDefinition, error) {
	key := kind + "." + group
	if crd, ok := r.crds[key]; ok {
		return crd, nil
	}
	// Only documents that can be meant are decoded: the whole file takes long.
	wanted := regexp.MustCompile(`(?m)^    kind: ` + regexp.QuoteMeta(kind) + `\s*$`)
	decoder := serializer.NewCodecFactory(scheme).UniversalDecoder(apiextensions.SchemeGroupVersion)
	for _, document := range r.documents {
		if !wanted.MatchString(document) {
			continue
		}
		decoded, _, err := decoder.Decode([]byte(document), nil, nil)
		if err != nil {
			return nil, fmt.Errorf("cannot read a CRD: %w", err)
		}
		crd, ok := decoded.(*apiextensions.CustomResourceDefinition)
		if ok && crd.Spec.Group == group && crd.Spec.Names.Kind == kind {
			r.crds[key] = crd
			return crd, nil
		}
	}
	return nil, fmt.Errorf("unknown kind %s in group %s", kind, group)
}

// checkCRD does what the API server does on a create with strict field
// validation.
func (r *release) checkCRD(crd *apiextensions.CustomResourceDefinition, version string, object map[string]any) []string {
	problems := checkMetadata(object)
	crdSchema, err := apiextensions.GetSchemaForVersion(crd, version)
	if err != nil {
		return append(problems, err.Error())
	}
	found := schemaNone
	if crdSchema != nil && crdSchema.OpenAPIV3Schema != nil {
		found = schemaStructural
	}
	// An oracle that turns out weaker than listed must not go unnoticed.
	if found != r.schema {
		return append(problems, fmt.Sprintf("the CRD's schema is listed as %s, but is %s", r.schema, found))
	}
	if found == schemaNone {
		return problems
	}
	structural, err := schema.NewStructural(crdSchema.OpenAPIV3Schema)
	if err == nil {
		err = schema.ValidateStructural(nil, structural).ToAggregate()
	}
	if err != nil {
		return append(problems, "the CRD's schema is not structural: "+err.Error())
	}
	// Unknown fields are asked for on a copy: pruning removes them.
	options := schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	copied := k8sruntime.DeepCopyJSON(object)
	for _, path := range pruning.PruneWithOptions(copied, structural, true, options) {
		problems = append(problems, "unknown field: "+path)
	}
	defaulting.Default(object, structural)
	validator, _, err := validation.NewSchemaValidator(crdSchema.OpenAPIV3Schema)
	if err != nil {
		return append(problems, err.Error())
	}
	list := validation.ValidateCustomResource(nil, object, validator)
	if len(list) == 0 {
		list = append(list, listtype.ValidateListSetsAndMaps(nil, structural, object)...)
		if rules := cel.NewValidator(structural, true, celconfig.PerCallLimit); rules != nil {
			broken, _ := rules.Validate(context.Background(), nil, structural,
				object, nil, celconfig.RuntimeCELCostBudget)
			list = append(list, broken...)
		}
	}
	return append(problems, texts(list)...)
}

func checkMetadata(object map[string]any) []string {
	meta, found, unknown, err := objectmeta.GetObjectMetaWithOptions(
		object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return []string{err.Error()}
	}
	if !found {
		return []string{"no metadata"}
	}
	var problems []string
	for _, path := range unknown {
		problems = append(problems, "unknown field: "+path)
	}
	// A namespace may come from the request instead of the object.
	if meta.Namespace == "" {
		meta.Namespace = "default"
	}
	return append(problems, texts(apivalidation.ValidateObjectMeta(
		meta, true, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata")))...)
}

// aliases: since Istio 1.23 there is one .proto for all versions of a group's
// messages; the others are Go type aliases of its message.
var aliases = map[string]string{"networking": "v1alpha3", "security": "v1beta1"}

// messageNames: kinds whose message has another name.
var messageNames = map[string]string{"MeshPolicy": "Policy"}

// checkMessage reads the spec into the release's message, no unknown field
// allowed.
func (r *release) checkMessage(group, version, kind string, spec any) []string {
	if spec == nil {
		spec = map[string]any{}
	}
	descriptor, err := r.message(strings.TrimSuffix(group, ".istio.io"), version, kind)
	if err != nil {
		return []string{err.Error()}
	}
	raw, err := json.Marshal(spec)
	if err != nil {
		return []string{err.Error()}
	}
	if err := protojson.Unmarshal(raw, dynamicpb.NewMessage(descriptor)); err != nil {
		// protojson puts a no-break space at random into its messages.
		text := strings.ReplaceAll(err.Error(), "\u00a0", " ")
		return []string{fmt.Sprintf("not a %s: %s", descriptor.FullName(), text)}
	}
	return nil
}

// message compiles the .proto file that has a kind's message.
func (r *release) message(group, version, kind string) (protoreflect.MessageDescriptor, error) {
	key := group + "/" + version + "/" + kind
	if message, ok := r.messages[key]; ok {
		return message, nil
	}
	name := kind
	if other, ok := messageNames[kind]; ok {
		name = other
	}
	wanted := regexp.MustCompile(`(?m)^message ` + regexp.QuoteMeta(name) + `\b`)
	root := filepath.Join(r.dir, r.name, "proto")
	for _, folder := range []string{version, aliases[group]} {
		if folder == "" {
			continue
		}
		paths, err := filepath.Glob(filepath.Join(root, group, folder, "*.proto"))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			if !wanted.Match(text) {
				continue
			}
			relative, err := filepath.Rel(root, path)
			if err != nil {
				return nil, err
			}
			// Up to Istio 1.3 the shared imports (gogoproto) are not in the
			// module; they hold options only, so any release's do.
			compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(
				&protocompile.SourceResolver{
					ImportPaths: []string{root, filepath.Join(r.dir, "common-protos")},
					Accessor:    func(p string) (io.ReadCloser, error) { return os.Open(p) },
				})}
			files, err := compiler.Compile(context.Background(), filepath.ToSlash(relative))
			if err != nil {
				return nil, fmt.Errorf("cannot compile a .proto: %w", err)
			}
			message := files[0].Messages().ByName(protoreflect.Name(name))
			if message == nil {
				return nil, errors.New("no message " + name + " in " + relative)
			}
			r.messages[key] = message
			return message, nil
		}
	}
	return nil, fmt.Errorf("no message for %s %s/%s, so it cannot be validated", kind, group, version)
}

func texts(list field.ErrorList) []string {
	var result []string
	for _, err := range list {
		result = append(result, err.Error())
	}
	return result
}
