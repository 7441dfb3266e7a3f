import { Validations } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface NetworkProps {
  readonly vpc: IVpc;
  readonly vpcSubnets?: SubnetSelection | undefined;
  readonly securityGroups?: readonly ISecurityGroup[] | undefined;
}

/** What Lambda does in the functions' name when it puts them into a VPC; of these actions only the last two know resources. */
const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** Puts functions into a VPC, from which OpenAI and the AWS APIs must be reached. */
export class Network extends Construct {
  constructor(scope: Construct, id: string, props: NetworkProps, functions: readonly LambdaFunction[]) {
    super(scope, id);
    const { vpc, vpcSubnets } = props;
    const { subnetIds, internetConnectivityEstablished } = vpc.selectSubnets(vpcSubnets);
    const groups = props.securityGroups ?? [
      new SecurityGroup(this, 'SecurityGroup', {
        vpc,
        description: 'Checkpoint Sharing, functions: calls go out only',
      }),
    ];
    const securityGroupIds = groups.map(({ securityGroupId }) => securityGroupId);
    for (const fn of functions) {
      (fn.node.defaultChild as CfnFunction).vpcConfig = { subnetIds, securityGroupIds };
      fn.addToRolePolicy(new PolicyStatement({ actions: INTERFACES, resources: ['*'] }));
      if (fn.role) {
        Validations.of(fn.role).acknowledge({
          id: 'AwsSolutions-IAM5[Resource::*]',
          reason: 'Lambda asks for exactly these rights of a function in a VPC, on every network interface.',
        });
      }
      fn.node.addDependency(internetConnectivityEstablished);
    }
  }
}
