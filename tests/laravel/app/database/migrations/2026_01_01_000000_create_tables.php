<?php

// SPDX-License-Identifier: GPL-3.0-or-later

use App\Models\Role;
use App\Models\User;
use App\Permissions;
use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up()
    {
        $this->accounts();
        $this->devices();
        $this->monitors();
        $this->alerts();
        $this->webhooks();
        $this->traps();
        $this->discovery();
        $this->dashboards();
        $this->administrator();
    }

    private function administrator()
    {
        $all = Permissions::ALL;
        $views = array_values(array_filter($all, fn ($slug) => str_ends_with($slug, '.view')));
        Role::create(['name' => 'viewer', 'permissions' => $views]);
        Role::create(['name' => 'operator', 'permissions' => [...$views, 'alerts.acknowledge']]);
        $admin = Role::create(['name' => 'admin', 'permissions' => $all]);
        User::create(['name' => 'Administrator', 'email' => 'admin@example.com', 'role_id' => $admin->id]);
    }

    private function accounts()
    {
        Schema::create('roles', function (Blueprint $table) {
            $table->id();
            $table->string('name');
            $table->json('permissions')->default('[]');
            $table->timestamps();
        });
        Schema::create('users', function (Blueprint $table) {
            $table->id();
            $table->string('name');
            $table->string('email');
            $table->string('password')->nullable();
            $table->foreignId('role_id')->nullable()->constrained()->nullOnDelete();
            $table->boolean('is_active')->default(true);
            $table->timestamps();
        });
        Schema::create('personal_access_tokens', function (Blueprint $table) {
            $table->id();
            $table->foreignId('user_id')->constrained()->cascadeOnDelete();
            $table->string('hash');
            $table->timestamps();
        });
    }

    private function devices()
    {
        Schema::create('device_groups', $this->group(...));
        Schema::create('device_group_user', function (Blueprint $table) {
            $table->foreignId('user_id')->constrained()->cascadeOnDelete();
            $table->foreignId('device_group_id')->constrained()->cascadeOnDelete();
        });
        Schema::create('devices', function (Blueprint $table) {
            $table->id();
            $table->string('name');
            $table->string('ip_address');
            $table->string('snmp_version')->default('2c');
            $table->string('device_type')->nullable();
            $table->string('status')->default('unknown');
            $table->timestamp('last_polled_at')->nullable();
            $table->integer('poll_interval_seconds')->default(60);
            $table->boolean('is_active')->default(true);
            $table->foreignId('device_group_id')->nullable()->constrained()->nullOnDelete();
            $table->string('location')->nullable();
            $this->snmpCredentials($table);
            $table->timestamps();
        });
        Schema::create('oids', function (Blueprint $table) {
            $table->id();
            $table->foreignId('device_id')->constrained()->cascadeOnDelete();
            $table->string('name');
            $table->string('oid');
            $table->string('unit')->nullable();
            $table->boolean('is_monitored')->default(true);
            $table->string('last_value')->nullable();
            $table->timestamps();
        });
        Schema::create('metrics', function (Blueprint $table) {
            $table->id();
            $table->foreignId('device_id')->constrained()->cascadeOnDelete();
            $table->string('name');
            $table->float('value');
            $table->string('unit');
            $table->timestamp('recorded_at')->nullable();
            $table->timestamps();
        });
    }

    private function snmpCredentials(Blueprint $table)
    {
        foreach (['snmp_community', 'snmp_v3_user', 'snmp_v3_auth_protocol', 'snmp_v3_auth_password', 'snmp_v3_priv_protocol', 'snmp_v3_priv_password'] as $text) {
            $table->string($text)->nullable();
        }
    }

    private function group(Blueprint $table)
    {
        $table->id();
        $table->string('name');
        $table->string('color')->default('#6b7280');
        $table->timestamps();
    }

    private function monitors()
    {
        Schema::create('monitor_groups', $this->group(...));
        Schema::create('monitors', function (Blueprint $table) {
            $table->id();
            $table->string('name');
            $table->string('type');
            $table->string('host');
            $table->integer('port')->nullable();
            $table->string('status')->default('unknown');
            $table->integer('response_time_ms')->nullable();
            $table->timestamp('ssl_expiry_at')->nullable();
            $table->decimal('uptime_percent_7d', 5, 2)->nullable();
            $table->decimal('uptime_percent_30d', 5, 2)->nullable();
            $table->integer('consecutive_failures')->default(0);
            $table->timestamp('last_checked_at')->nullable();
            $table->integer('check_interval_seconds')->default(60);
            $table->integer('timeout_ms')->default(5000);
            $table->boolean('is_active')->default(true);
            $table->foreignId('monitor_group_id')->nullable()->constrained()->nullOnDelete();
            $table->foreignId('device_id')->nullable()->constrained()->nullOnDelete();
            $table->text('tags')->default('[]');
            $table->json('config')->default('[]');
            $table->timestamps();
        });
        Schema::create('monitor_results', function (Blueprint $table) {
            $table->id();
            $table->foreignId('monitor_id')->constrained()->cascadeOnDelete();
            $table->timestamp('checked_at');
            $table->string('status');
            $table->integer('response_time_ms')->nullable();
            $table->timestamps();
        });
    }

    private function alerts()
    {
        foreach (['alert_events', 'monitor_events'] as $events) {
            Schema::create($events, function (Blueprint $table) {
                $table->id();
                $table->string('severity')->default('warning');
                $table->string('status')->default('open');
                $table->timestamp('triggered_at')->nullable();
                $table->timestamp('acknowledged_at')->nullable();
                $table->timestamp('resolved_at')->nullable();
                $table->string('current_value')->nullable();
                $table->foreignId('monitor_id')->nullable()->constrained()->nullOnDelete();
                $table->foreignId('device_id')->nullable()->constrained()->nullOnDelete();
                $table->timestamps();
            });
        }
        Schema::create('alert_channels', function (Blueprint $table) {
            $table->id();
            $table->string('name');
            $table->string('type');
            $table->json('config')->default('[]');
            $table->string('secret')->nullable();
            $table->boolean('is_active')->default(true);
            $table->timestamps();
        });
        Schema::create('rule_channels', function (Blueprint $table) {
            $table->morphs('rule');
            $table->foreignId('alert_channel_id')->constrained()->cascadeOnDelete();
            $table->integer('position');
        });
        Schema::create('alert_rules', function (Blueprint $table) {
            $this->rule($table);
            $table->foreignId('device_id')->nullable()->constrained()->nullOnDelete();
            $table->foreignId('oid_id')->nullable()->constrained()->nullOnDelete();
            $table->foreignId('compare_oid_id')->nullable()->constrained('oids')->nullOnDelete();
            $table->integer('escalation_minutes')->nullable();
        });
        Schema::create('monitor_alert_rules', function (Blueprint $table) {
            $this->rule($table);
            $table->foreignId('monitor_id')->nullable()->constrained()->nullOnDelete();
        });
    }

    private function webhooks()
    {
        Schema::create('webhooks', function (Blueprint $table) {
            $table->id();
            $table->foreignId('device_id')->constrained()->cascadeOnDelete();
            $table->string('name');
            $table->string('description')->nullable();
            $table->string('token')->unique();
            $table->boolean('is_active')->default(true);
            $table->timestamp('last_received_at')->nullable();
            $table->timestamps();
        });
        Schema::create('webhook_events', function (Blueprint $table) {
            $table->id();
            $table->foreignId('webhook_id')->constrained()->cascadeOnDelete();
            $table->string('method');
            $table->json('payload')->default('[]');
            $table->json('query_params')->default('[]');
            $table->string('source_ip')->nullable();
            $table->timestamp('received_at')->nullable();
            $table->timestamps();
        });
        Schema::create('webhook_alert_rules', function (Blueprint $table) {
            $this->rule($table);
            $table->foreignId('webhook_id')->constrained()->cascadeOnDelete();
            $table->string('payload_field')->nullable();
        });
        Schema::table('alert_events', function (Blueprint $table) {
            $table->foreignId('webhook_id')->nullable()->constrained()->nullOnDelete();
            $table->foreignId('webhook_alert_rule_id')->nullable()->constrained()->nullOnDelete();
        });
    }

    private function traps()
    {
        Schema::create('snmp_traps', function (Blueprint $table) {
            $table->id();
            $table->foreignId('device_id')->nullable()->constrained()->nullOnDelete();
            $table->string('source_ip');
            $table->string('trap_oid');
            $table->text('message')->nullable();
            $table->string('severity')->default('info');
            $table->string('status')->default('open');
            $table->json('varbinds')->default('[]');
            $table->timestamp('received_at')->nullable();
            $table->timestamp('acknowledged_at')->nullable();
            $table->timestamps();
        });
    }

    private function discovery()
    {
        Schema::create('discovery_jobs', function (Blueprint $table) {
            $table->id();
            $table->string('name')->nullable();
            $table->string('subnet');
            $table->string('snmp_version')->default('2c');
            $this->snmpCredentials($table);
            $table->string('schedule')->nullable();
            $table->string('status')->default('pending');
            $table->timestamp('started_at')->nullable();
            $table->timestamp('finished_at')->nullable();
            $table->timestamps();
        });
        Schema::create('discovery_results', function (Blueprint $table) {
            $table->id();
            $table->foreignId('discovery_job_id')->constrained()->cascadeOnDelete();
            $table->string('ip_address');
            $table->string('hostname')->nullable();
            $table->string('sys_descr')->nullable();
            $table->string('device_type')->nullable();
            $table->json('services')->default('[]');
            $table->foreignId('device_id')->nullable()->constrained()->nullOnDelete();
            $table->timestamp('imported_at')->nullable();
            $table->timestamps();
        });
    }

    private function dashboards()
    {
        Schema::create('dashboards', function (Blueprint $table) {
            $table->id();
            $table->string('name');
            $table->string('description')->nullable();
            $table->boolean('is_default')->default(false);
            $table->timestamps();
        });
        Schema::create('widgets', function (Blueprint $table) {
            $table->id();
            $table->foreignId('dashboard_id')->constrained()->cascadeOnDelete();
            $table->string('type');
            $table->string('title')->nullable();
            $table->json('config')->default('[]');
            foreach (['x' => 0, 'y' => 0, 'w' => 4, 'h' => 3] as $cell => $default) {
                $table->integer($cell)->default($default);
            }
            $table->timestamps();
        });
        Schema::create('mibs', function (Blueprint $table) {
            $table->id();
            $table->string('name');
            $table->string('filename');
            $table->integer('size');
            $table->integer('object_count');
            $table->text('content');
            $table->timestamps();
        });
    }

    private function rule(Blueprint $table)
    {
        $table->id();
        $table->string('name');
        $table->string('condition');
        $table->string('threshold')->nullable();
        $table->string('severity')->default('warning');
        $table->integer('consecutive_failures')->default(1);
        $table->integer('cooldown_minutes')->default(5);
        $table->boolean('notify_on_recovery')->default(true);
        $table->boolean('is_active')->default(true);
        $table->timestamps();
    }
};
