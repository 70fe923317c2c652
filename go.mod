module github.com/acsmon/acsmon-ansible

go 1.25.0

require (
	github.com/go-viper/mapstructure/v2 v2.5.0
	github.com/goccy/go-yaml v1.19.2
	github.com/gofrs/flock v0.13.0
	github.com/google/go-cmp v0.7.0
	github.com/hashicorp/go-retryablehttp v0.7.8
	github.com/rogpeppe/go-internal v1.16.0
	golang.org/x/sys v0.46.0
	golang.org/x/term v0.44.0
	maragu.dev/gomponents v1.2.0
)

require (
	github.com/hashicorp/go-cleanhttp v0.5.2 // indirect
	golang.org/x/tools v0.26.0 // indirect
)
